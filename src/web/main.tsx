/** The catalogue: a page on the registry's HTTP port, for those who ask for scopes, own them, or look after them. */
import { render } from "preact";
import { App } from "./app.tsx";
import { CatalogueProvider } from "./catalogue.ts";
import { followLinks } from "./navigation/navigation.ts";
import { startCatalogue } from "./start-catalogue.ts";

const target = document.getElementById("app");
if (target === null) throw new Error("The page has no place for the catalogue");
followLinks();
const catalogue = await startCatalogue();
render(
  <CatalogueProvider value={catalogue}>
    <App />
  </CatalogueProvider>,
  target,
);
