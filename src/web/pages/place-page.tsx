import type { Place } from "../navigation/place.ts";
import { ChangePage } from "./change-page.tsx";
import { ChangesPage } from "./changes-page.tsx";
import { ClientPage } from "./client-page.tsx";
import { ClientsPage } from "./clients-page.tsx";
import { ReviewsPage } from "./reviews-page.tsx";
import { UnknownPage } from "./unknown-page.tsx";

/** What is shown at a place. */
export function PlacePage({ place }: { readonly place: Place }) {
  switch (place.page) {
    case "changes":
      return <ChangesPage query={place.query} />;
    case "change":
      return <ChangePage revision={place.revision} />;
    case "reviews":
      return <ReviewsPage />;
    case "clients":
      return <ClientsPage />;
    case "client":
      return <ClientPage id={place.id} />;
    default:
      return <UnknownPage />;
  }
}
