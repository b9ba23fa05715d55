#!/usr/bin/python3
"""A client that shares no code with the services, and learns the API from them alone.

Usage: foreign_client.py PROTO_DIR SERVICE_CONFIG INGEST_ADDRESS FLUSHER_ADDRESS [SECRETS_DIR]

As grpcurl does it: lists and describes both servers' services by reflection, then calls them
with messages built from what it was told. From PROTO_DIR it takes only what gRPC and Google
standardise: the reflection protocol and google.rpc's error details. With SECRETS_DIR it connects
by TLS, shows a certificate and sends a token.
"""

import pathlib
import subprocess
import sys
import tempfile
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

REFLECTION = "grpc.reflection.v1alpha.ServerReflection"
HEALTH = "grpc.health.v1.Health"
TIMEOUT_SECONDS = 20


def expect(holds, what):
    if not holds:
        sys.exit(f"expected {what}")


class Types:
    """Messages and services of some proto files."""

    def __init__(self, files):
        self._pool = descriptor_pool.DescriptorPool()
        waiting = {file.name: file for file in files}
        while waiting:
            self._add(next(iter(waiting.values())), waiting)

    def _add(self, file, waiting):
        del waiting[file.name]
        for name in file.dependency:
            if name in waiting:
                self._add(waiting[name], waiting)
        self._pool.Add(file)

    def service(self, name):
        return self._pool.FindServiceByName(name)

    def message(self, name):
        return message_factory.MessageFactory(self._pool).GetPrototype(
            self._pool.FindMessageTypeByName(name))


def standard_types(proto_dir):
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(
            ["protoc", f"--proto_path={proto_dir}", "--include_imports",
             f"--descriptor_set_out={out.name}", "google/rpc/error_details.proto",
             "grpc/reflection/v1alpha/reflection.proto"], check=True)
        return Types(descriptor_pb2.FileDescriptorSet.FromString(out.read()).file)


class Server:
    """A server, as it describes itself."""

    def __init__(self, channel, standard):
        self._channel = channel
        self._request = standard.message("grpc.reflection.v1alpha.ServerReflectionRequest")
        self._ask_stream = channel.stream_stream(
            f"/{REFLECTION}/ServerReflectionInfo",
            request_serializer=self._request.SerializeToString,
            response_deserializer=standard.message(
                "grpc.reflection.v1alpha.ServerReflectionResponse").FromString)
        self.services = self._list()
        files = {}
        for service in self.services:
            for file in self._files_of(service):
                files[file.name] = file
        self._types = Types(files.values())

    def _ask(self, **what):
        [answer] = self._ask_stream(iter([self._request(**what)]), timeout=TIMEOUT_SECONDS)
        expect(not answer.HasField("error_response"), f"no {answer.error_response}")
        return answer

    def _list(self):
        answer = self._ask(list_services="*")
        return {service.name for service in answer.list_services_response.service}

    def _files_of(self, service):
        answer = self._ask(file_containing_symbol=service)
        return [descriptor_pb2.FileDescriptorProto.FromString(file)
                for file in answer.file_descriptor_response.file_descriptor_proto]

    def methods_of(self, service):
        return [method.name for method in self._types.service(service).methods]

    def call(self, service, method, /, **fields):
        """Makes a unary call, and returns the response as JSON has it."""
        described = self._types.service(service).FindMethodByName(method)
        request = json_format.ParseDict(
            fields, self._types.message(described.input_type.full_name)())
        respond = self._types.message(described.output_type.full_name).FromString
        stub = self._channel.unary_unary(
            f"/{service}/{method}", request_serializer=type(request).SerializeToString,
            response_deserializer=respond)
        return json_format.MessageToDict(stub(request, timeout=TIMEOUT_SECONDS))


def details_of(error, standard):
    """The google.rpc details of a failed call, by the names of their types."""
    trailers = dict(error.trailing_metadata())
    status = standard.message("google.rpc.Status").FromString(trailers["grpc-status-details-bin"])
    expect(status.message == error.details(), "the same message in the details")
    details = {}
    for detail in status.details:
        name = detail.type_url.rpartition("/")[2]
        details[name] = standard.message(name).FromString(detail.value)
    return details


def check_description(server, ours, methods):
    expect({ours, HEALTH, REFLECTION} <= server.services, f"{ours} in {server.services}")
    for service in server.services:
        expect(server.methods_of(service), f"methods of {service}")
    expect(set(methods) <= set(server.methods_of(ours)), f"{methods} in {ours}")
    for service in ("", ours):
        health = server.call(HEALTH, "Check", service=service)
        expect(health == {"status": "SERVING"}, f'SERVING of "{service}", not {health}')


def check_comment(ingest):
    service = "inkwell.v1.CommentService"
    persisted = {"durability": "DURABILITY_PERSISTED"}
    comment = {"comment_id": str(uuid.uuid4()), "post_id": "post", "author_id": "author",
               "body": "Schöne Grüße 👋", "attributes": {"language": "de"}}
    for _ in "once", "and again, as a retry":
        created = ingest.call(service, "CreateComment", comment=comment, **persisted)
        expect(created["comment"]["body"] == comment["body"], f"the body in {created}")
        expect(created["comment"]["commentId"] == comment["comment_id"], f"the id in {created}")
    updated = ingest.call(service, "UpdateComment", update_mask="body", **persisted,
                          comment={"comment_id": comment["comment_id"], "body": "Grüße"})
    expect(int(updated["revision"]) > 0, f"a revision in {updated}")
    deleted = ingest.call(service, "DeleteComment", comment_id=comment["comment_id"], **persisted)
    expect(deleted["deleteTime"] >= updated["updateTime"], f"a later time in {deleted}")


def check_error(ingest, standard):
    try:
        ingest.call("inkwell.v1.CommentService", "CreateComment",
                    comment={"comment_id": "no UUID", "author_id": "author"})
    except grpc.RpcError as error:
        expect(error.code() == grpc.StatusCode.INVALID_ARGUMENT, f"not {error.code()}")
        details = details_of(error, standard)
    else:
        sys.exit("expected a bad comment to be refused")
    info = details["google.rpc.ErrorInfo"]
    expect((info.reason, info.domain) == ("INVALID_FIELDS", "inkwell"), f"not {info}")
    bad = {violation.field for violation in details["google.rpc.BadRequest"].field_violations}
    expect(bad == {"comment.comment_id", "comment.post_id", "comment.body"}, f"not {bad}")


def check_operator(flusher):
    service = "inkwell.v1.FlusherService"
    flusher.call(service, "Flush")
    status = flusher.call(service, "GetStatus")
    expect(int(status.get("pending", 0)) == 0 and len(status["partitions"]) == 16, f"not {status}")
    books = {outcome: int(count) for outcome, count in status["books"].items()}
    expect(books["inserted"] == 1 and books["deleted"] == 1, f"not {books}")


def connect(address, secrets_dir, role, options=()):
    if secrets_dir is None:
        return grpc.insecure_channel(address, options=options)
    ca, key, certificate = (
        (secrets_dir / name).read_bytes() for name in ("ca.crt", "client.key", "client.crt"))
    token = (secrets_dir / f"{role}.token").read_text()
    return grpc.secure_channel(address, grpc.composite_channel_credentials(
        grpc.ssl_channel_credentials(ca, key, certificate),
        grpc.access_token_call_credentials(token)), options=options)


def main():
    proto_dir, config_file, ingest_address, flusher_address, *more = sys.argv[1:]
    secrets_dir = pathlib.Path(more[0]) if more else None
    standard = standard_types(proto_dir)
    config = pathlib.Path(config_file).read_text(encoding="utf-8")
    with connect(ingest_address, secrets_dir, "writer",
                 [("grpc.service_config", config)]) as channel:
        ingest = Server(channel, standard)
        check_description(ingest, "inkwell.v1.CommentService", ["CreateComment", "StreamChanges"])
        check_comment(ingest)
        check_error(ingest, standard)
    with connect(flusher_address, secrets_dir, "operator") as channel:
        flusher = Server(channel, standard)
        check_description(flusher, "inkwell.v1.FlusherService", ["Flush", "GetStatus"])
        check_operator(flusher)
    print("listed, described and called both services by reflection")


if __name__ == "__main__":
    main()
