// Reads everything a space holds, through the lists, and checks it all.

import assert from "node:assert/strict";

import {
  getObjectResponseSchema,
  getSpaceStructuresResponseSchema,
  objectMarkdownResponseSchema,
  searchObjectResultSchema,
  writableApiBlockSchema,
} from "@capacities/api";

import { agrees } from "./check.mjs";

async function rows(raw, kind, id) {
  const found = [];
  let cursor = "";
  do {
    const query = new URLSearchParams({ id, pageSize: "3", ...(cursor && { cursor }) });
    const { status, json } = await raw("GET", `/objects/${kind}?${query}`);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(json).sort(), ["hasMore", "nextCursor", "results"]);
    found.push(...json.results.map((row) => agrees(searchObjectResultSchema, row)));
    cursor = json.hasMore ? json.nextCursor : "";
  } while (cursor);
  return found;
}

function* walk(blocks) {
  for (const block of blocks) {
    yield block;
    yield* walk(block.blocks ?? []);
    for (const column of block.columns ?? []) yield* walk(column);
  }
}

// Turns what was read into what may be written; undefined where that is impossible.
function writable(block) {
  if (block.type === "unsupported" || (block.type === "EntityBlock" && block.date)) return undefined;
  const copy = JSON.parse(JSON.stringify(block, (key, value) => (key === "id" ? undefined : value)));
  const parsed = writableApiBlockSchema.safeParse(copy);
  return parsed.success ? parsed.data : undefined;
}

export async function content({ client, raw }) {
  const seen = { objects: 0, blocks: new Set(), tokens: new Set(), properties: new Set() };
  const { structures } = agrees(getSpaceStructuresResponseSchema, await client.space.structures());
  const { id: copyId } = await client.object.create({ structureId: "RootPage" });
  const wanted = [...structures.map(({ id }) => id), "RootDatabase"];
  const all = (await Promise.all(wanted.map((id) => rows(raw, "structure", id)))).flat();

  for (const row of all) {
    const object = agrees(getObjectResponseSchema, await client.object.get({ id: row.id }));
    agrees(objectMarkdownResponseSchema, await client.object.markdown.get({ id: row.id }));
    assert.equal(object.structureId, row.structureId);
    seen.objects += 1;
    for (const { type } of Object.values(object.properties)) seen.properties.add(type);
    const blocks = Object.values(object.blocks ?? {}).flat();
    for (const block of walk(blocks)) {
      seen.blocks.add(block.type);
      for (const token of block.tokens ?? []) seen.tokens.add(token.type);
    }
    const copies = blocks.map(writable).filter(Boolean);
    if (copies.length)
      agrees(getObjectResponseSchema, await client.blocks.append({ id: copyId, blocks: copies }));
  }

  const collections = structures.flatMap((each) => each.collections);
  const tags = all.filter((row) => row.structureId === "RootTag");
  let listed = 0;
  for (const { id } of collections) listed += (await rows(raw, "collection", id)).length;
  for (const { id } of tags) listed += (await rows(raw, "tag", id)).length;
  const sorted = (set) => [...set].sort();
  return {
    objects: seen.objects,
    blocks: sorted(seen.blocks),
    tokens: sorted(seen.tokens),
    properties: sorted(seen.properties),
    definitions: sorted(new Set(structures.flatMap((s) => s.propertyDefinitions).map((d) => d.type))),
    listed,
  };
}
