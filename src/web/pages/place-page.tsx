import type { Place } from "../navigation/place.ts";
import { ChangePage } from "./change-page.tsx";
import { ChangesPage } from "./changes-page.tsx";
import { UnknownPage } from "./unknown-page.tsx";

/** What is shown at a place. */
export function PlacePage({ place }: { readonly place: Place }) {
  switch (place.page) {
    case "changes":
      return <ChangesPage query={place.query} />;
    case "change":
      return <ChangePage revision={place.revision} />;
    default:
      return <UnknownPage />;
  }
}
