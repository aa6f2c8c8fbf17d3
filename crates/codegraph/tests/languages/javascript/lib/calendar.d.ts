export function open(): void;
export const Calendar: { draw(): void };
