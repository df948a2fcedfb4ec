import { useEffect, useRef, useState } from "preact/hooks";
import { useCatalogue } from "./catalogue.ts";
import { FeedStatusMark } from "./feed-status.tsx";
import { sendFocus, useFocusTarget } from "./focus.ts";
import { KeysDialog } from "./keys-dialog.tsx";
import { listenForKeys } from "./navigation/keys.ts";
import { place } from "./navigation/navigation.ts";
import { ALL_CHANGES, ALL_SCOPES, hrefOf, type Place } from "./navigation/place.ts";
import { PlacePage } from "./pages/place-page.tsx";
import { SignInButton } from "./parts/sign-in-button.tsx";
import { usePendingCount } from "./reviews/use-pending-count.ts";
import { SearchField } from "./search-field.tsx";
import { numberText } from "./time-text.ts";

/** The places that the head of the page leads to. */
const PLACES: readonly { readonly to: Place; readonly name: string; readonly pages: readonly Place["page"][] }[] = [
  { to: { page: "scopes", query: ALL_SCOPES }, name: "Scopes", pages: ["scopes", "scope"] },
  { to: { page: "resource-servers" }, name: "Resource servers", pages: ["resource-servers", "resource-server"] },
  { to: { page: "changes", query: ALL_CHANGES }, name: "Changes", pages: ["changes", "change"] },
  { to: { page: "reviews" }, name: "Reviews", pages: ["reviews"] },
  { to: { page: "clients" }, name: "Clients", pages: ["clients", "client"] },
];

/** The page: its head, which is always the same, and the place that one is at. */
export function App() {
  const { session, config } = useCatalogue();
  const [keysOpen, setKeysOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const pending = usePendingCount();
  useFocusTarget("search", () => field.current?.select());
  useEffect(() => listenForKeys({ onSearch: () => sendFocus("search"), onHelp: () => setKeysOpen(true) }), []);
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="header">
        <a class="brand" href="/">
          Scope registry
        </a>
        <SearchField field={field} />
        <FeedStatusMark />
      </header>
      <nav class="places" aria-label="Places">
        {PLACES.map(({ to, name, pages }) => (
          <a key={name} href={hrefOf(to)} aria-current={pages.includes(place.value.page) ? "page" : undefined}>
            {name}
            {to.page === "reviews" && pending > 0 && (
              <>
                {" "}
                <span class="count">
                  {numberText(pending)}
                  <span class="visually-hidden"> waiting</span>
                </span>
              </>
            )}
          </a>
        ))}
        {(session.signedIn || config.sign_in !== null) && (
          <span class="places-end">
            <SignInButton />
          </span>
        )}
      </nav>
      <main id="main">
        <PlacePage place={place.value} />
      </main>
      <KeysDialog open={keysOpen} onClose={() => setKeysOpen(false)} />
    </>
  );
}
