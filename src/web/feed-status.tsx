import { useComputed } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { useCatalogue } from "./catalogue.ts";
import { useNow } from "./parts/moment.tsx";
import type { Session } from "./sign-in/session.ts";
import { ageText, numberText } from "./time-text.ts";

/** The revision, its age and the connection, always in the same corner; quiet when all is well. */
export function FeedStatusMark() {
  const { feed, session } = useCatalogue();
  const now = useNow();
  const { phase, revision, asOf, since, problem } = feed.status.value;
  const age = asOf === 0 ? "" : ageText(now - asOf);
  const word = phase === "refused" && session.signedIn ? "May not read" : WORDS[phase];
  const about = revision === 0 ? "" : `r ${numberText(revision)} · ${age}`;
  return (
    <div class={`feed feed-${phase}`} title={phase === "refused" ? refusedText(session) : TITLES[phase]}>
      <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
        {phase === "live" ? (
          <circle cx="6" cy="6" r="5" fill="currentColor" />
        ) : (
          <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.75" />
        )}
      </svg>
      <span>{about}</span>
      {phase === "broken" ? (
        <span>
          Not live for {ageText(now - since)}: {problem}
        </span>
      ) : (
        word !== "" && <span>{word}</span>
      )}
      <Announcement />
      {phase === "broken" && (
        <button type="button" class="link" onClick={() => feed.retry()}>
          Try now
        </button>
      )}
    </div>
  );
}

/** Tells who does not see it that the connection has broken, and that it is there again: each once, and no age of it. */
function Announcement() {
  const { feed, session } = useCatalogue();
  const phase = useComputed(() => feed.status.value.phase).value;
  const [text, setText] = useState("");
  useEffect(() => {
    if (phase === "broken") setText("The registry is not heard of: what is shown may be old");
    else if (phase === "live") setText((before) => (before === "" ? "" : "Live again"));
    else if (phase === "refused") setText(refusedText(session));
  }, [phase]);
  return (
    <span class="visually-hidden" role="status">
      {text}
    </span>
  );
}

const WORDS = { connecting: "Connecting", loading: "Loading", live: "", broken: "", refused: "Not signed in" } as const;

const TITLES = {
  connecting: "Asking the registry",
  loading: "The scopes are being loaded",
  live: "Live: the revision, and how long ago the registry was heard of",
  broken: "What is shown may be old",
} as const;

/** Nobody has signed in, or who has may not see them. */
function refusedText({ signedIn }: Session): string {
  return signedIn ? "You may not see the scopes" : "Sign in to see the scopes";
}
