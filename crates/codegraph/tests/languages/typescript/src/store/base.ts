export interface Shelf {
  count(): number;
}

export abstract class Base<T> {
  protected log(text: string): void {}
}
