import { useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { SignInError } from "../sign-in/sign-in-error.ts";

/** Leads to the issuer, or away from the session; nothing where there is nowhere to sign in. */
export function SignInButton() {
  const { config, session } = useCatalogue();
  const [problem, setProblem] = useState("");
  if (session.signedIn) {
    return (
      <button type="button" class="button quiet" onClick={() => session.signOut()}>
        Sign out
      </button>
    );
  }
  if (config.sign_in === null) {
    return config.dev ? (
      <p class="hint">In dev mode, open the link that the server has printed when it started.</p>
    ) : null;
  }
  const signIn = () =>
    session
      .signIn(location.pathname + location.search + location.hash)
      .catch((error: unknown) =>
        setProblem(error instanceof SignInError ? error.message : "The issuer cannot be reached: try again later"),
      );
  return (
    <>
      <button type="button" class="button" onClick={signIn}>
        Sign in
      </button>
      <span role="alert">{problem}</span>
    </>
  );
}
