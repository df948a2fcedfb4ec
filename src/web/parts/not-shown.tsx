import { useCatalogue } from "../catalogue.ts";
import { Notice } from "./notice.tsx";
import { SignInButton } from "./sign-in-button.tsx";

/** What stands in place of what the registry shows nobody without the right to it. `why`: its words for it, without a full stop. */
export function NotShown({ what, why }: { readonly what: string; readonly why: string }) {
  const { config, session } = useCatalogue();
  const { read } = config.scopes;
  if (!session.signedIn) {
    return (
      <Notice title={`Sign in to see ${what}`}>
        <SignInButton />
      </Notice>
    );
  }
  return (
    <Notice title={`You may not see ${what}`}>
      {config.access === "open" || session.scopes.has(read) ? (
        <p>{why}.</p>
      ) : (
        // An issuer may give less than it was asked for, and leave the registry out of such a token's audience.
        <p>
          The issuer has not given you <code>{read}</code>: ask who runs the registry.
        </p>
      )}
      <SignInButton />
    </Notice>
  );
}
