import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Page } from "../../api/client";

interface PagesOptions<Row> {
  queryKey: readonly unknown[];
  load: (cursor: string | undefined) => Promise<Page<Row>>;
  refetchInterval?: number;
}

/** A list that the server gives page by page, asked for as one comes near its end. */
export function usePages<Row>({ queryKey, load, refetchInterval }: PagesOptions<Row>) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    ...(refetchInterval !== undefined && { refetchInterval }),
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { query, rows, more };
}
