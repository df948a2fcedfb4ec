import { useCatalogue } from "../catalogue.ts";
import { ALL_SCOPES } from "../navigation/place.ts";
import { useAnswer } from "../parts/use-answer.ts";

/** What the feed knows of a resource server by its scopes. */
export interface Owned {
  readonly scopes: number;
  /** The resources that its scopes are tied to, in order: at most 200. */
  readonly resources: readonly string[];
}

/** What the feed knows of a resource server, always as of now; undefined: nothing yet. */
export function useOwned(owner: string): Owned | undefined {
  const { feed } = useCatalogue();
  const { phase, revision } = feed.status.value;
  const [answer] = useAnswer(
    async (signal) => {
      const query = { ...ALL_SCOPES, owners: [owner] };
      const [{ total }, { values }] = await Promise.all([
        feed.list(query, { start: 0, count: 0 }, signal),
        feed.facet("resources", query, "", signal),
      ]);
      return { scopes: total, resources: values.map(({ value }) => value).sort() };
    },
    owner,
    [phase, revision],
  );
  return answer.kind === "answered" ? answer.value : undefined;
}
