import { Link, type LinkProps } from "@tanstack/react-router";
import "./tabs.css";

interface Tab {
  label: string;
  link: LinkProps;
  exact?: boolean;
}

/** Parts of a page, each with an address of its own. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          {...tab.link}
          className="tab"
          activeOptions={{ exact: tab.exact ?? false, includeSearch: false }}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
