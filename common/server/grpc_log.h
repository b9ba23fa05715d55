// What gRPC itself has to say, in our log rather than on stderr in a format of its own.
#pragma once

namespace inkwell {

// Its errors become warnings, once a second at most, since every foreign client that talks
// nonsense may cause one; all else is debug. May be called more than once.
void TakeGrpcLog();

}  // namespace inkwell
