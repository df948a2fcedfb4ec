import { useEffect, useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { adjust } from "../navigation/navigation.ts";
import { ALL_SCOPES, placeOf } from "../navigation/place.ts";
import { Notice } from "../parts/notice.tsx";
import { PageTitle } from "../parts/page-title.tsx";
import { SignInButton } from "../parts/sign-in-button.tsx";

/** Where the issuer leads back to: it goes on at once to where one was, in the place of this page. */
export function SignedInPage() {
  const { session } = useCatalogue();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    session.complete(new URL(location.href)).then(
      (returnTo) => {
        const url = new URL(returnTo, location.origin);
        adjust(placeOf(url), url.hash);
      },
      // Who is signed in all the same has come back to an answer that was taken in before.
      (error: Error) => (session.signedIn ? adjust({ page: "scopes", query: ALL_SCOPES }) : setProblem(error.message)),
    );
  }, [session]);
  return (
    <>
      <PageTitle>Signing in</PageTitle>
      {problem !== "" && (
        <Notice title="You are not signed in">
          <p role="alert">{problem}.</p>
          <SignInButton />
        </Notice>
      )}
    </>
  );
}
