import type { ChangesQuery } from "../navigation/place.ts";
import { ChangeFiltersForm } from "../parts/change-filters-form.tsx";
import { ChangeTimeline } from "../parts/change-timeline.tsx";
import { PageTitle } from "../parts/page-title.tsx";
import { useRights } from "../sign-in/use-rights.ts";

/** The whole history, and what it is narrowed to. */
export function ChangesPage({ query }: { readonly query: ChangesQuery }) {
  const { history } = useRights();
  return (
    <>
      <PageTitle>Changes</PageTitle>
      {history && <ChangeFiltersForm query={query} />}
      <ChangeTimeline query={query} />
    </>
  );
}
