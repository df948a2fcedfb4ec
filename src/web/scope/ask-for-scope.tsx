import { useCatalogue } from "../catalogue.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { useRemembered } from "../parts/use-remembered.ts";
import { askSnippets } from "../snippets/ask-snippets.ts";
import { type AskedScope, SNIPPET_IDS, type SnippetBlock } from "../snippets/snippet.ts";
import { surroundingsOf } from "./surroundings.ts";

/** How to ask for a scope, in the reader's language. */
export function AskForScope({ scope }: { readonly scope: AskedScope }) {
  const { config } = useCatalogue();
  const [chosen, choose] = useRemembered("snippet", SNIPPET_IDS, "oauth");
  const snippets = askSnippets(scope, surroundingsOf(config, location.origin));
  const shown = snippets.find(({ id }) => id === chosen);
  return (
    <Tabs name="ask" label="Language" tabs={snippets} chosen={chosen} onChoose={choose}>
      {shown?.blocks.map((block) => (
        <Block key={block.caption} block={block} />
      ))}
    </Tabs>
  );
}

function Block({ block: { caption, note, text, lines } }: { readonly block: SnippetBlock }) {
  return (
    <figure class="snippet">
      <figcaption>
        <span>{caption}</span>
        <CopyButton text={text} label={`Copy: ${caption}`} />
      </figcaption>
      <pre>
        <code>{lines === undefined ? text : lines.map((line) => <span key={line}>{line}</span>)}</code>
      </pre>
      {note !== "" && <p class="hint">{note}</p>}
    </figure>
  );
}
