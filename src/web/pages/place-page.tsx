import type { Place } from "../navigation/place.ts";
import { UnknownPage } from "./unknown-page.tsx";

/** What is shown at a place. */
export function PlacePage({ place }: { readonly place: Place }) {
  switch (place.page) {
    default:
      return <UnknownPage />;
  }
}
