import type { DescMethod, Message, MessageShape } from "@bufbuild/protobuf";

/**
 * What a method answers. Most answer a message. One that many wait for answers what can be encoded without making the message
 * first.
 */
export type Answer<M extends DescMethod> = MessageShape<M["output"]> | EncodableAnswer<MessageShape<M["output"]>>;

/** An answer that each transport takes in the form that it needs. Both refuse alike what is too large. */
export class EncodableAnswer<T extends Message> {
  /** The answer as a message. Throws RegistryError. */
  readonly toMessage: () => T;
  /** The bytes of that message, of Protobuf's binary form. Throws RegistryError. */
  readonly toBytes: () => Buffer;

  constructor(toMessage: () => T, toBytes: () => Buffer) {
    this.toMessage = toMessage;
    this.toBytes = toBytes;
  }
}

/** An answer as a message. */
export function messageOf<M extends DescMethod>(answer: Answer<M>): MessageShape<M["output"]> {
  return answer instanceof EncodableAnswer ? answer.toMessage() : answer;
}
