#include "tests/unit/fake_stream_wire.h"

#include <stdexcept>
#include <utility>

#include "tests/support/await.h"

namespace inkwell::testing {

void FakeStreamWire::Begin(std::shared_ptr<ingest::ChangeStream> stream) {
  stream_ = std::move(stream);
  threads_.emplace_back([this](const std::stop_token& stop) { CarryRequests(stop); });
  threads_.emplace_back([this](const std::stop_token& stop) { CarryResponses(stop); });
  stream_->Start();
}

void FakeStreamWire::Send(v1::StreamChangesRequest request) {
  MutexLock lock(mutex_);
  requests_.push_back(std::move(request));
  changed_.NotifyAll();
}

void FakeStreamWire::HalfClose() {
  MutexLock lock(mutex_);
  half_closed_ = true;
  changed_.NotifyAll();
}

void FakeStreamWire::StopReading() {
  MutexLock lock(mutex_);
  stopped_reading_ = true;
}

void FakeStreamWire::ReadOn() {
  MutexLock lock(mutex_);
  stopped_reading_ = false;
  changed_.NotifyAll();
}

void FakeStreamWire::Leave() {
  {
    MutexLock lock(mutex_);
    gone_ = true;
    changed_.NotifyAll();
  }
  stream_->OnGone();
}

absl::Status FakeStreamWire::AwaitEnd() {
  (void)Await([this] {
    MutexLock lock(mutex_);
    return end_.has_value();
  });
  threads_.clear();
  stream_.reset();
  MutexLock lock(mutex_);
  return end_.value_or(absl::DeadlineExceededError("the stream does not end"));
}

std::size_t FakeStreamWire::unsent() const {
  MutexLock lock(mutex_);
  return requests_.size();
}

std::multimap<std::int64_t, v1::ChangeResult> FakeStreamWire::results() const {
  MutexLock lock(mutex_);
  return results_;
}

int FakeStreamWire::writes() const {
  MutexLock lock(mutex_);
  return writes_;
}

void FakeStreamWire::Read() {
  ++calls_;
  MutexLock lock(mutex_);
  if (end_ || read_wanted_) throw std::logic_error("a read at the wrong time");
  read_wanted_ = true;
  changed_.NotifyAll();
}

void FakeStreamWire::Write(const v1::StreamChangesResponse& response) {
  ++calls_;
  MutexLock lock(mutex_);
  if (end_ || written_ != nullptr) throw std::logic_error("a write at the wrong time");
  written_ = &response;
  changed_.NotifyAll();
}

void FakeStreamWire::End(const absl::Status& status) {
  ++calls_;
  MutexLock lock(mutex_);
  if (end_ || written_ != nullptr) throw std::logic_error("an end at the wrong time");
  end_ = status;
}

bool FakeStreamWire::CanRead() const {
  return read_wanted_ && (gone_ || half_closed_ || !requests_.empty());
}

void FakeStreamWire::CarryRequests(const std::stop_token& stop) {
  while (true) {
    std::optional<v1::StreamChangesRequest> request;
    {
      MutexLock lock(mutex_);
      while (!stop.stop_requested() && !CanRead()) changed_.Wait(mutex_, stop);
      if (stop.stop_requested()) return;
      read_wanted_ = false;
      if (!gone_ && !requests_.empty()) {
        request = std::move(requests_.front());
        requests_.pop_front();
      }
    }
    if (request) {
      stream_->OnRead(*request);
    } else {
      stream_->OnReadsEnd();
    }
  }
}

void FakeStreamWire::CarryResponses(const std::stop_token& stop) {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!stop.stop_requested() && (written_ == nullptr || (stopped_reading_ && !gone_))) {
        changed_.Wait(mutex_, stop);
      }
      if (stop.stop_requested()) return;
      ++writes_;
      for (const auto& tagged : written_->results()) {
        results_.emplace(tagged.tag(), tagged.result());
      }
      written_ = nullptr;
    }
    stream_->OnWritten();
  }
}

}  // namespace inkwell::testing
