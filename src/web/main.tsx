/** The catalogue: a page on the registry's HTTP port, for those who ask for scopes, own them, or look after them. */
import { render } from "preact";
import { App } from "./app.tsx";
import { CatalogueProvider } from "./catalogue.ts";
import { followLinks } from "./navigation/navigation.ts";
import { startCatalogue } from "./start-catalogue.ts";
import { Unreachable } from "./unreachable.tsx";

const target = document.getElementById("app");
if (target === null) throw new Error("The page has no place for the catalogue");
followLinks();
await start(target);

async function start(page: HTMLElement): Promise<void> {
  const catalogue = await startCatalogue().catch(() => undefined);
  render(
    catalogue === undefined ? (
      <Unreachable onRetry={() => start(page)} />
    ) : (
      <CatalogueProvider value={catalogue}>
        <App />
      </CatalogueProvider>
    ),
    page,
  );
}
