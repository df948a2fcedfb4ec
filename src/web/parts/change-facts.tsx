import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { hrefOf } from "../navigation/place.ts";
import { numberText } from "../time-text.ts";
import { Fact } from "./facts.tsx";
import { Moment } from "./moment.tsx";

/** What was changed last, as the registry keeps it of everything. */
export interface LastChange {
  readonly updateTime?: Timestamp | undefined;
  readonly revision: bigint;
}

/** When something has changed last, and which entry of the history tells how. */
export function ChangeFacts({ of: { updateTime, revision } }: { readonly of: LastChange }) {
  return (
    <>
      <Fact name="Changed">
        <Moment time={updateTime} />
      </Fact>
      <Fact name="Revision">
        <a href={hrefOf({ page: "change", revision: String(revision) })}>{numberText(Number(revision))}</a>
      </Fact>
    </>
  );
}
