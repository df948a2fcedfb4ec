import type { ScopeTemplate } from "./scope-template.ts";

/** A template that is alone with its path up to here. It is found by one look into memory less than beside a slot of it. */
export interface Leaf<T> extends ScopeTemplate {
  readonly key: string;
  readonly below: undefined;
  readonly value: T;
  next: Slot<T> | undefined;
}

/** Templates whose paths begin alike. */
export interface Branch<T> {
  readonly key: string;
  readonly below: Slots<T>;
  next: Slot<T> | undefined;
}

/** What follows on a key. `next` is another slot whose key has the same hash. */
export type Slot<T> = Leaf<T> | Branch<T>;

/** Slots by the hashes of their keys, so that a key is found where it stands in a name, without cutting it out. */
export type Slots<T> = Map<number, Slot<T>>;

/** What a hash begins with. It is this process's own, so that nobody can register many keys of one hash. */
export const HASH_SEED = Math.floor(Math.random() * 2 ** 30);

/** The hash of a text and one character more. It has 30 bits, which V8 keeps without a box. */
export function hashOn(hash: number, code: number): number {
  const mixed = Math.imul(hash ^ code, 0x5bd1e995);
  return (mixed ^ (mixed >>> 15)) & 0x3fffffff;
}

/** The slot of a key. */
export function findSlot<T>(slots: Slots<T>, key: string): Slot<T> | undefined {
  let slot = slots.get(hashOf(key));
  while (slot !== undefined && slot.key !== key) slot = slot.next;
  return slot;
}

/** All slots of a place, in no order. */
export function* allSlots<T>(slots: Slots<T>): Iterable<Slot<T>> {
  for (const first of slots.values()) {
    for (let slot: Slot<T> | undefined = first; slot !== undefined; slot = slot.next) yield slot;
  }
}

/**
 * Templates in a tree by their paths, a path being some parts of a template's name. A template that is alone below a place is
 * kept right there.
 */
export class TemplatePaths<T> {
  readonly root: Slots<T> = new Map();
  readonly #pathOf: (template: ScopeTemplate) => readonly string[];

  /** @param pathOf the same for templates that have the same instances; none is the beginning of another one */
  constructor(pathOf: (template: ScopeTemplate) => readonly string[]) {
    this.#pathOf = pathOf;
  }

  /** What was set for a template of the same path. */
  get(template: ScopeTemplate): T | undefined {
    const path = this.#pathOf(template);
    const { leaf } = this.#descend(path);
    return leaf !== undefined && this.#isOn(path, leaf) ? leaf.value : undefined;
  }

  /** Adds a template, or puts it in the place of the one of the same path. Says whether there was none. */
  set(template: ScopeTemplate, value: T): boolean {
    const { name, head, parameters } = template;
    const path = this.#pathOf(template);
    const { leaf, way } = this.#descend(path);
    const isNew = leaf === undefined || !this.#isOn(path, leaf);
    if (isNew && leaf !== undefined) this.#part(way, path, leaf);
    const depth = way.length - 1;
    put(way[depth] ?? this.root, {
      key: path[depth] ?? "",
      below: undefined,
      value,
      next: undefined,
      name,
      head,
      parameters,
    });
    return isNew;
  }

  /** Takes the template of the same path out. Says whether there was one. */
  delete(template: ScopeTemplate): boolean {
    const path = this.#pathOf(template);
    const { leaf, way } = this.#descend(path);
    if (leaf === undefined || !this.#isOn(path, leaf)) return false;
    for (let depth = way.length - 1; depth >= 0; depth--) {
      const slots = way[depth] ?? this.root;
      remove(slots, path[depth] ?? "");
      if (slots.size > 0) break;
    }
    return true;
  }

  /** All templates, in no order. */
  leaves(): Iterable<Leaf<T>> {
    return leavesBelow(this.root);
  }

  /** How far a path leads: the slots on the way, and the leaf that it ends at if there is one. */
  #descend(path: readonly string[]): { way: Slots<T>[]; leaf: Leaf<T> | undefined } {
    const way = [this.root];
    for (const key of path) {
      const slot = findSlot(way.at(-1) ?? this.root, key);
      if (slot?.below === undefined) return { way, leaf: slot };
      way.push(slot.below);
    }
    return { way, leaf: undefined };
  }

  /** Moves a leaf down to where another path parts from its own, and goes on with the way to there. */
  #part(way: Slots<T>[], path: readonly string[], leaf: Leaf<T>): void {
    const own = this.#pathOf(leaf);
    let depth = way.length - 1;
    do {
      const below: Slots<T> = new Map();
      put(way[depth] ?? this.root, {
        key: path[depth] ?? "",
        below,
        next: undefined,
      });
      way.push(below);
      depth++;
    } while (own[depth] === path[depth]);
    put(way[depth] ?? this.root, { ...leaf, key: own[depth] ?? "" });
  }

  #isOn(path: readonly string[], leaf: Leaf<T>): boolean {
    const own = this.#pathOf(leaf);
    return own.length === path.length && own.every((key, depth) => key === path[depth]);
  }
}

function* leavesBelow<T>(slots: Slots<T>): Iterable<Leaf<T>> {
  for (const slot of allSlots(slots)) {
    if (slot.below === undefined) yield slot;
    else yield* leavesBelow(slot.below);
  }
}

function put<T>(slots: Slots<T>, slot: Slot<T>): void {
  remove(slots, slot.key);
  const hash = hashOf(slot.key);
  slot.next = slots.get(hash);
  slots.set(hash, slot);
}

function remove<T>(slots: Slots<T>, key: string): void {
  const hash = hashOf(key);
  const others = chainOf(slots, hash).filter((slot) => slot.key !== key);
  others.forEach((slot, at) => {
    slot.next = others[at + 1];
  });
  const [first] = others;
  if (first === undefined) slots.delete(hash);
  else slots.set(hash, first);
}

function chainOf<T>(slots: Slots<T>, hash: number): Slot<T>[] {
  const chain: Slot<T>[] = [];
  for (let slot = slots.get(hash); slot !== undefined; slot = slot.next) chain.push(slot);
  return chain;
}

function hashOf(key: string): number {
  let hash = HASH_SEED;
  for (let at = 0; at < key.length; at++) hash = hashOn(hash, key.charCodeAt(at));
  return hash;
}
