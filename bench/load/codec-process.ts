/** The references for what messages themselves cost: decoding bytes, and encoding the messages that they are, by the library alone. */
import { fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { ListScopesResponseSchema, WatchScopesResponseSchema } from "@scope-registry/client/messages";
import { answerQuestions } from "../harness/answer-questions.ts";

const TYPES = { ListScopesResponse: ListScopesResponseSchema, WatchScopesResponse: WatchScopesResponseSchema };

/** What the process is asked: to take messages, and to encode or decode all of them. */
export interface CodecQuestion {
  readonly take?: { readonly type: keyof typeof TYPES; readonly messages: readonly Uint8Array[] };
  readonly encode?: object;
  readonly decode?: object;
}

let type: (typeof TYPES)[keyof typeof TYPES] = TYPES.ListScopesResponse;
let bytes: readonly Uint8Array[] = [];
let messages: readonly Message[] = [];

answerQuestions<CodecQuestion>(
  ({ take, encode, decode }) => {
    if (take !== undefined) {
      type = TYPES[take.type];
      bytes = take.messages;
      messages = bytes.map((each) => fromBinary(type, each));
      return {};
    }
    if (encode !== undefined)
      return measure(() => messages.reduce((sum, each) => sum + toBinary(type, each as never).length, 0));
    if (decode !== undefined)
      return measure(() => bytes.reduce((sum, each) => sum + fromBinary(type, each).$typeName.length, 0));
    return undefined;
  },
  { keepsAlive: true },
);

function measure(work: () => number): { readonly cpuMicros: number } {
  const before = process.cpuUsage();
  if (work() === 0) throw new Error("There are no messages");
  const { user, system } = process.cpuUsage(before);
  return { cpuMicros: user + system };
}
