function Queue(size) {
  this.size = size;
}

Queue.prototype.push = function (item) {
  return this.grow(item);
};

Queue.prototype.grow = function (item) {};

module.exports = Queue;
