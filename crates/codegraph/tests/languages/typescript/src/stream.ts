/** Hands values on to whoever listens. */
export class Sink {
  next(value: string): this {
    return this;
  }

  done(): void {}
}

export class Stream {
  constructor(start?: (this: Stream, sink: Sink) => void) {}

  static of = (value: string): Stream => {
    return new Stream((sink) => {
      sink.next(value).next(value).done();
    });
  };
}

export class Quiet extends Stream {
  constructor() {
    super();
  }
}

export function lift(step: (from: Stream, to: Sink) => void): Stream {
  return new Stream();
}

export function repeated<S extends Sink>(last: S) {
  const sink = last;
  if (sink) {
    const sink = unknown();
    sink.done();
  }
  sink.done();
  const again = () => again();
  return lift((from, to) => to.next("once"));
}
