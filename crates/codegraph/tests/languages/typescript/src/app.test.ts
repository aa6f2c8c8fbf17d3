import { load } from "./app";

test("loads an item", () => {
  load("1", () => {});
});
