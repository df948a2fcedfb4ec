import { useEffect } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { adjust } from "../navigation/navigation.ts";
import { ALL_SCOPES } from "../navigation/place.ts";
import { PageTitle } from "../parts/page-title.tsx";
import { SignInButton } from "../parts/sign-in-button.tsx";

/** Where one signs in: who has done so is led on to the scopes. */
export function SignInPage() {
  const { config, session } = useCatalogue();
  const { signedIn } = session;
  useEffect(() => {
    if (signedIn) adjust({ page: "scopes", query: ALL_SCOPES });
  }, [signedIn]);
  return (
    <>
      <PageTitle>Sign in</PageTitle>
      {config.sign_in === null && !config.dev && <p class="hint">This registry has nowhere to sign in.</p>}
      {!signedIn && <SignInButton />}
    </>
  );
}
