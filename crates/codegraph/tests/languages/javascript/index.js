const Queue = require("./lib/queue");
const tools = require("./lib/tools");
const { trim, trim: cut } = require("./lib/tools");
const _ = require("lodash");

class Jobs extends Queue {
  start() {
    trim("a");
    cut("b");
    tools.trim("c");
    _.map([], trim);
    this.stop();
  }

  stop() {}
}

new Queue(1);
export default Jobs;

const { Calendar, open } = require("./lib/calendar");
const opened = require("./lib/calendar.js").open;

export function show() {
  open();
  opened();
  Calendar.draw();
}
