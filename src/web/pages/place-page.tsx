import type { Place } from "../navigation/place.ts";
import { SignInPage } from "../sign-in/sign-in-page.tsx";
import { SignedInPage } from "../sign-in/signed-in-page.tsx";
import { ChangePage } from "./change-page.tsx";
import { ChangesPage } from "./changes-page.tsx";
import { ClientPage } from "./client-page.tsx";
import { ClientsPage } from "./clients-page.tsx";
import { ResourceServerPage } from "./resource-server-page.tsx";
import { ResourceServersPage } from "./resource-servers-page.tsx";
import { ReviewsPage } from "./reviews-page.tsx";
import { ScopePage } from "./scope-page.tsx";
import { ScopesPage } from "./scopes/scopes-page.tsx";
import { UnknownPage } from "./unknown-page.tsx";

/** What is shown at a place. */
export function PlacePage({ place }: { readonly place: Place }) {
  switch (place.page) {
    case "scope":
      return <ScopePage key={place.name} name={place.name} />;
    case "resource-servers":
      return <ResourceServersPage />;
    case "resource-server":
      return <ResourceServerPage key={place.name} name={place.name} />;
    case "scopes":
      return <ScopesPage query={place.query} />;
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
    case "sign-in":
      return <SignInPage />;
    case "signed-in":
      return <SignedInPage />;
    default:
      return <UnknownPage />;
  }
}
