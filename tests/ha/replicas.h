// Making sure that a failover loses something.
#pragma once

#include "tests/support/redis_server.h"

namespace inkwell::testing {

// The replicas of `master` hear nothing of it any more, until it is started anew. Returns once
// it has taken changes that they lack, so whoever takes its place does. Throws if it takes none.
void LeaveReplicasBehind(const RedisServer& master);

// Returns once the server has taken many more changes than now. Throws if it does not.
void AwaitChanges(const RedisServer& server);

}  // namespace inkwell::testing
