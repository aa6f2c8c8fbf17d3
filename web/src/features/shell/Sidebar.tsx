import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { IconButton } from "../../ui/Button";
import { Icon, type IconName } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import { meQuery } from "./me";
import { type Place, places } from "./places";
import { signOut } from "./sign-out";
import { setTheme, type Theme, useTheme } from "./theme";

const COLLAPSED = "sidebar-collapsed";

export function Sidebar() {
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(COLLAPSED) === "yes");
  const me = useQuery(meQuery);
  const mine = places.filter(
    (place) => place.needs === undefined || me.data?.permissions.includes(place.needs) === true,
  );
  const toggle = () => {
    localStorage.setItem(COLLAPSED, collapsed ? "no" : "yes");
    setCollapsed(!collapsed);
  };
  return (
    <nav className={collapsed ? "sidebar collapsed" : "sidebar"} aria-label="Main">
      <Link to="/" className="brand" aria-label="CommandCenter, projects">
        <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
          <path
            fill="currentColor"
            fillRule="evenodd"
            d="M8 .8 15.2 8 8 15.2.8 8zM8 5.2 5.2 8 8 10.8 10.8 8z"
          />
        </svg>
        <span>CommandCenter</span>
      </Link>
      <ul className="places">
        {mine
          .filter((place) => place.below !== true)
          .map((place) => (
            <Entry key={place.to} place={place} collapsed={collapsed} />
          ))}
        <li className="places-line" aria-hidden="true" />
        {mine
          .filter((place) => place.below === true)
          .map((place) => (
            <Entry key={place.to} place={place} collapsed={collapsed} />
          ))}
      </ul>
      <div className="sidebar-foot">
        <Settings name={me.data?.principal.name ?? ""} />
        <IconButton
          icon="collapse"
          label={collapsed ? "Widen the sidebar" : "Narrow the sidebar"}
          className="sidebar-toggle"
          aria-expanded={!collapsed}
          onClick={toggle}
        />
      </div>
    </nav>
  );
}

function Entry({ place, collapsed }: { place: Place; collapsed: boolean }) {
  return (
    <li>
      <Link
        to={place.to}
        className="place"
        activeOptions={{ exact: place.to === "/", includeSearch: false }}
        {...(collapsed && { "data-tip": place.label, "data-keys": `g ${place.letter}` })}
      >
        <Icon name={place.icon} />
        <span className="place-label">{place.label}</span>
        {place.short !== undefined && (
          <span className="place-short" aria-label={place.label}>
            {place.short}
          </span>
        )}
      </Link>
    </li>
  );
}

const themes: readonly { theme: Theme; label: string; icon: IconName }[] = [
  { theme: "light", label: "Light", icon: "sun" },
  { theme: "dark", label: "Dark", icon: "moon" },
  { theme: "system", label: "As the system", icon: "system" },
];

function Settings({ name }: { name: string }) {
  const theme = useTheme();
  return (
    <Menu
      trigger={(wired) => (
        <button type="button" className="place account" {...wired}>
          <Icon name="settings" />
          <span className="place-label">Settings</span>
        </button>
      )}
      head={`Signed in as ${name}`}
      actions={[
        ...themes.map((choice) => ({
          label: choice.theme === theme ? `${choice.label} (now)` : choice.label,
          icon: choice.icon,
          run: () => {
            setTheme(choice.theme);
          },
        })),
        { label: "Sign out", icon: "out", run: () => void signOut() },
      ]}
    />
  );
}
