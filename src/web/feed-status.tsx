import { useComputed } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { useCatalogue } from "./catalogue.ts";
import { useNow } from "./parts/moment.tsx";
import { ageText, numberText } from "./time-text.ts";

/** The revision, its age and the connection, always in the same corner; quiet when all is well. */
export function FeedStatusMark() {
  const { feed } = useCatalogue();
  const now = useNow();
  const { phase, revision, asOf, since, problem } = feed.status.value;
  const age = asOf === 0 ? "" : ageText(now - asOf);
  const about = revision === 0 ? "" : `r ${numberText(revision)} · ${age}`;
  return (
    <div class={`feed feed-${phase}`} title={TITLES[phase]}>
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
        WORDS[phase] !== "" && <span>{WORDS[phase]}</span>
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
  const { feed } = useCatalogue();
  const phase = useComputed(() => feed.status.value.phase).value;
  const [text, setText] = useState("");
  useEffect(() => {
    if (phase === "broken") setText("The registry is not heard of: what is shown may be old");
    else if (phase === "live") setText((before) => (before === "" ? "" : "Live again"));
    else if (phase === "refused") setText("Sign in to see the scopes");
  }, [phase]);
  return (
    <span class="visually-hidden" role="status">
      {text}
    </span>
  );
}

const WORDS = { connecting: "Connecting", loading: "Loading", live: "", refused: "Not signed in" } as const;

const TITLES = {
  connecting: "Asking the registry",
  loading: "The scopes are being loaded",
  live: "Live: the revision, and how long ago the registry was heard of",
  broken: "What is shown may be old",
  refused: "Sign in to see the scopes",
} as const;
