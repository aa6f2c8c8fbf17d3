// FIXME: rates by country
const RATE = 1.2;

export function gross(net: number) {
  return round(net * RATE);
}

function round(value: number) {
  return value;
}

export { round as roundUp };
