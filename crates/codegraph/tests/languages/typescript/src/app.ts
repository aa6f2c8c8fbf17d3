import express from "express";
import Shop, { make, Base } from "@/store";
import { roundUp } from "./money";
import { Button } from "@shop/ui";
import { nothing } from "./gone";

const app = express();
const store = make();

app.get("/items/:id", (request, response) => {
  store.sell(request.item);
  response.send(roundUp(1));
});

export function load(id: string, make: () => void) {
  make();
  fetch(`/items/${id}`);
  new Shop(null).count();
  return [Button, Base].map(roundUp);
}
