import { Dialog } from "../../ui/Dialog";
import { keyWords } from "../../ui/keys";
import { show } from "./overlays";
import { places } from "./places";
import "./keysheet.css";

const everywhere: readonly (readonly [string, string])[] = [
  ["mod+k", "Search or jump"],
  ["/", "Filter the list, or search"],
  ["?", "This sheet"],
  ["Escape", "Close, or leave a field"],
];
const lists: readonly (readonly [string, string])[] = [
  ["j", "Next row"],
  ["k", "Row before"],
  ["Enter", "Open the row"],
];
const graph: readonly (readonly [string, string])[] = [
  ["f", "Find a symbol or file"],
  ["←↑↓→", "Walk along links"],
  ["Enter", "Open a cluster"],
  ["i", "What depends on it"],
  ["Escape", "Back"],
];

export default function KeySheet() {
  return (
    <Dialog
      title="Keys"
      open
      wide
      onClose={() => {
        show(undefined);
      }}
    >
      <div className="keysheet">
        <Keys title="Everywhere" keys={everywhere} />
        <Keys
          title="Go to"
          keys={places.map((place) => [`g ${place.letter}`, place.label] as const)}
        />
        <div>
          <Keys title="In a list" keys={lists} />
          <Keys title="On the graph" keys={graph} />
        </div>
      </div>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly (readonly [string, string])[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {keys.map(([binding, words]) => (
          <div key={binding}>
            <dt>
              <kbd>{keyWords(binding)}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
