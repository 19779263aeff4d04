"""A mail server of forty lines: speaks SMTP on a local port, keeps what it gets, refuses or goes silent when told."""

import contextlib
import socketserver
import threading


class Talk(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        server = self.server
        self.say("220 peer")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "RCPT" and server.refuse:
                self.say(server.refuse)
            elif verb == "DATA":
                self.say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                if server.vanish:
                    return
                server.mails.append(body)
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


@contextlib.contextmanager
def smtp_peer():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        server.mails, server.refuse, server.vanish = [], "", False
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
