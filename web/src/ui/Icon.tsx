const paths = {
  projects: "M2.5 3.5h11v3h-11zM2.5 9.5h11v3h-11z",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2",
  instances: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01",
  newcomers:
    "M6.5 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM2 13.5c.3-2.3 2-3.5 4.5-3.500s4.2 1.2 4.5 3.500M12.5 5.500v4M10.5 7.500h4",
  keys: "M5.5 7.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7.7 8.300l5.8-5.800M11 5l2 2",
  events: "M1.5 8.500h3l2-5 3 9 2-4h3",
  health: "M8 13.500S2 10 2 6a3 3 0 0 1 6-1 3 3 0 0 1 6 1c0 4-6 7.5-6 7.500z",
  settings: "M2 5h7M13 5h1M2 11h1M7 11h7M11 3.300v3.400M5 9.300v3.4",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M4.5 6.5 8 10l3.5-3.5",
  up: "M4.5 9.5 8 6l3.5 3.5",
  right: "M6.5 4.5 10 8l-3.5 3.5",
  sort: "M5 3v10M2.8 10.8 5 13l2.2-2.200M11 13V3M8.8 5.2 11 3l2.2 2.2",
  download: "M8 2.500v8M4.8 7.5 8 10.700l3.2-3.200M2.5 13.500h11",
  plus: "M8 3v10M3 8h10",
  play: "M5 3.200v9.600L12.5 8z",
  stop: "M4 4h8v8H4z",
  pause: "M5.5 3.500v9M10.5 3.500v9",
  restart: "M13 8a5 5 0 1 1-1.5-3.600M13 2.500v2.800h-2.8",
  more: "M3.5 7.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8zM8 7.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8zM12.5 7.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8z",
  copy: "M5.5 5.500h8v8h-8zM10.5 5.500v-3h-8v8h3",
  check: "M3 8.5 6.5 12 13 4.5",
  warning: "M8 2.5 14.5 13.500h-13zM8 6.500v3.500M8 12h.01",
  sun: "M8 5.200a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.600zM8 1.500v1.500M8 13v1.500M1.5 8H3M13 8h1.500M3.4 3.400l1 1M11.6 11.600l1 1M12.6 3.400l-1 1M4.4 11.600l-1 1",
  moon: "M13 9.500A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.500z",
  system: "M2.5 3h11v7.500h-11zM6 13.500h4M8 10.500v3",
  out: "M9.5 3h-6v10h6M7 8h7M11.5 5.5 14 8l-2.5 2.5",
  collapse: "M2.5 3h11v10h-11zM6 3v10",
  document: "M4 2h5l3 3v9H4zM9 2v3h3",
  external: "M6.5 3.500h-3v9h9v-3M9.5 2.500h4v4M13.5 2.5 7.5 8.5",
  command:
    "M6 6h4v4H6zM6 6H4.500A1.5 1.5 0 1 1 6 4.500zM10 6V4.500A1.5 1.5 0 1 1 11.5 6zM10 10h1.500A1.5 1.5 0 1 1 10 11.500zM6 10v1.500A1.5 1.5 0 1 1 4.5 10z",
} as const;

export type IconName = keyof typeof paths;

/** A line drawing of 16 × 16; it never stands without a word or a label beside it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
