import { Base, type Shelf } from "./base";
import * as money from "../money.js";

export * from "./base";

export enum Kind {
  Book,
}

/** Where goods are. */
export default class Store extends Base<string> implements Shelf {
  private items: Item[] = [];
  #cart = new Cart();

  constructor(private readonly client: Client) {
    super();
  }

  count(): number {
    return this.items.length;
  }

  sell(item: Item) {
    this.#cart.add(item);
    this.client.charge(money.gross(item.price));
    this.log("sold");
    unknown(item);
    const again = () => this.count();
    return again();
  }
}

export class Cart {
  add(item: Item) {}
}

export class Client {
  charge(amount: number) {}
}

type Item = { price: number };

export function make(): Store {
  return new Store(new Client());
}
