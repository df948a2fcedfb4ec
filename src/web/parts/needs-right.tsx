import { useCatalogue } from "../catalogue.ts";
import { SignInButton } from "./sign-in-button.tsx";

/** Says which scope one needs to see something. `what` begins the sentence; `ownToo`: owners see what is their own. */
export function NeedsRight({ what, ownToo = false }: { readonly what: string; readonly ownToo?: boolean }) {
  const { config, session } = useCatalogue();
  return (
    <div class="needs-right">
      <p>
        {what} is shown to who signs in with <code>{config.scopes.admin}</code>
        {ownToo && (
          <>
            , or with <code>{config.scopes.register}</code> for scopes of their own
          </>
        )}
        .{session.signedIn && " Your sign-in does not have it."}
      </p>
      {!session.signedIn && <SignInButton />}
    </div>
  );
}
