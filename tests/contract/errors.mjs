// Meets every error a client can provoke and checks what the official client makes of it.

import assert from "node:assert/strict";

import { CapacitiesApiError, CapacitiesErrorCode as Code } from "@capacities/api";

const NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc";

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof CapacitiesApiError, String(error));
    return error;
  }
  assert.fail("expected an error");
}

export async function errors({ client, readonly, stranger }) {
  const met = [];
  const meet = async (promise, status, code) => {
    const error = await failure(promise);
    assert.deepEqual([error.status, error.code], [status, code], error.message);
    met.push(code);
    return error;
  };
  const page = { structureId: "RootPage" };
  const patch = { id: NOBODY, deleteRequested: false };

  await meet(stranger.space.get(), 401, Code.NotAuthenticated);
  await meet(client.object.get({ id: NOBODY }), 404, Code.NotFound);
  await meet(client.object.update(patch), 404, Code.NotFound);
  const day = { structureId: "RootDailyNote" };
  const refused = await meet(client.object.create(day), 400, Code.InvalidInput);
  assert.match(refused.message, /This object type cannot be created via this endpoint\./);
  const scope = await meet(readonly.object.create(page), 403, Code.ScopeInsufficient);
  assert.deepEqual(scope.scopeDetails, { missingScopes: ["api:write"] });
  await readonly.objects.search({ query: "a" });
  await client.object.create(page);
  await meet(client.object.create(page), 403, Code.ObjectCreationQuotaReached);
  for (let request = 0; request < 10; request += 1) await client.space.get();
  await meet(client.space.get(), 429, Code.RateLimitExceeded);
  return { met };
}
