#include "common/server/pages.h"

#include <prometheus/text_serializer.h>

#include <string>
#include <utility>

namespace inkwell {

HttpPage MetricsPage(std::vector<const prometheus::Collectable*> sources) {
  return {"/metrics", [sources = std::move(sources)] {
            const prometheus::TextSerializer serializer;
            HttpResponse response;
            response.content_type = "text/plain; version=0.0.4; charset=utf-8";
            for (const auto* source : sources) {
              response.body += serializer.Serialize(source->Collect());
            }
            return response;
          }};
}

HttpPage LivePage() {
  return {"/livez", [] { return HttpResponse{.body = "ok\n"}; }};
}

HttpPage ReadyPage(std::function<absl::Status()> ready) {
  return {"/readyz", [ready = std::move(ready)] {
            const absl::Status status = ready();
            if (status.ok()) return HttpResponse{.body = "ok\n"};
            return HttpResponse{.status = 503, .body = std::string(status.message()) + "\n"};
          }};
}

}  // namespace inkwell
