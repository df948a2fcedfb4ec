/** Messages as bytes, in every way in which they can be written: fields in any order, repeated, in pieces, and some that nobody knows. */
import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";

/** A field with its tag, or a whole message. */
export type Bytes = Uint8Array<ArrayBuffer>;

const anyText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", "billing-api", "https://billing.example.com/", "é", "Ã©", "\ufeffa", "__proto__", "1"),
);
const anyInt64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: 0n, max: 2n ** 50n }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.bigInt({ min: 0n, max: 5n }),
);

function written(write: (writer: BinaryWriter) => BinaryWriter): Bytes {
  return Uint8Array.from(write(new BinaryWriter()).finish());
}

/** A string field. */
export function text(field: number): fc.Arbitrary<Bytes> {
  return anyText.map((value) => written((writer) => writer.tag(field, WireType.LengthDelimited).string(value)));
}

/** An int64 field; one of a uint64, an int32, an enum or a bool is written the same way. */
function number(field: number): fc.Arbitrary<Bytes> {
  return anyInt64.map((value) => written((writer) => writer.tag(field, WireType.Varint).int64(value)));
}

/** A field that is a message. */
export function inner(field: number, message: fc.Arbitrary<Bytes>): fc.Arbitrary<Bytes> {
  return message.map((bytes) => written((writer) => writer.tag(field, WireType.LengthDelimited).bytes(bytes)));
}

/** Some of these fields, and of those that a later version may add. */
export function message(...fields: readonly fc.Arbitrary<Bytes>[]): fc.Arbitrary<Bytes> {
  return fc
    .array(fc.oneof(...fields, unknownField), { maxLength: 24 })
    .map((each) => Uint8Array.from(Buffer.concat(each)));
}

/** A message of this type. */
export function messageOf({ fields }: DescMessage): fc.Arbitrary<Bytes> {
  return message(...fields.map(fieldOf));
}

function fieldOf(field: DescField): fc.Arbitrary<Bytes> {
  const value = field.message === undefined ? undefined : messageOf(field.message);
  if (field.fieldKind === "map") return inner(field.number, message(text(1), value ? inner(2, value) : text(2)));
  if (value !== undefined) return inner(field.number, value);
  return field.scalar === ScalarType.STRING ? text(field.number) : number(field.number);
}

const unknownNumber = fc.oneof(fc.integer({ min: 20, max: 40 }), fc.constantFrom(2_000, 2 ** 29 - 1));

const unknownField: fc.Arbitrary<Bytes> = unknownNumber.chain((field) =>
  fc.oneof(
    text(field),
    number(field),
    fc.nat().map((value) => written((writer) => writer.tag(field, WireType.Bit32).fixed32(value))),
    anyInt64.map((value) => written((writer) => writer.tag(field, WireType.Bit64).sfixed64(value))),
    anyText.map((value) =>
      written((writer) =>
        writer
          .tag(field, WireType.StartGroup)
          .tag(1, WireType.LengthDelimited)
          .string(value)
          .tag(field, WireType.EndGroup),
      ),
    ),
  ),
);
