import { useNavigate, useSearch } from "@tanstack/react-router";
import { formatSort, parseSort } from "../../search-params";
import type { Sort } from "../../ui/list";

interface ListState {
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort | undefined) => void;
}

/** A list's filter and order, kept in the address. */
export function useListState(): ListState {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = (change: { q?: string | undefined; sort?: string | undefined }) =>
    void navigate({ to: ".", search: (old) => ({ ...old, ...change }), replace: true });
  return {
    filter: search.q ?? "",
    setFilter: (filter) => {
      set({ q: filter === "" ? undefined : filter });
    },
    sort: parseSort(search.sort),
    onSort: (sort) => {
      set({ sort: formatSort(sort) });
    },
  };
}
