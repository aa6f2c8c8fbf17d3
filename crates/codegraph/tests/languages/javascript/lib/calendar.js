const Calendar = {
  days: ["Mo", "Tu"],
  draw: function () {
    return this.month(1);
  },
  month(number) {
    return helper(number);
  },
  go: () => Calendar.draw(),
  "with-dash": function () {},
  options: {
    reset() {},
  },
};

function Clock() {
  function start() {}
  this.tick = function () {};
  this.tick();
  this.start();
  this.on("tick", function ticked() {});
}

Clock.prototype = {
  stop() {
    this.hands();
  },
  hands() {},
};

Clock.prototype.start = function () {
  this.stop();
};

Clock.now = () => Calendar.month(2);
jQuery.fn.clock = function () {};

{
  const helper = function () {};
  helper();
}

function helper(number) {
  [number].map(function twice(one) {
    return one > 9 ? one : twice(one * 2);
  });
  Clock.now();
}

plain({ anonymous() {} });

module.exports = { Calendar, open() {}, close: () => Calendar.go() };
