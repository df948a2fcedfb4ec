import { PageTitle } from "../parts/page-title.tsx";

/** What is shown where nothing is. */
export function UnknownPage() {
  return (
    <>
      <PageTitle>There is nothing here</PageTitle>
      <p class="hint">
        The address may have been cut off on its way. <a href="/">All scopes</a>
      </p>
    </>
  );
}
