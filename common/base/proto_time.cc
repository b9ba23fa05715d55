#include "common/base/proto_time.h"

namespace inkwell {

google::protobuf::Timestamp ToTimestamp(WallTime time) {
  // Rounded down, since a timestamp's nanos count forward also before 1970.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds.time_since_epoch().count());
  timestamp.set_nanos(static_cast<int>((time - seconds).count() * 1000));
  return timestamp;
}

google::protobuf::Duration ToProtoDuration(std::chrono::microseconds duration) {
  // Rounded to zero, since a duration's seconds and nanos have one sign.
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  google::protobuf::Duration proto;
  proto.set_seconds(seconds.count());
  proto.set_nanos(static_cast<int>((duration - seconds).count() * 1000));
  return proto;
}

}  // namespace inkwell
