//go:build unix

package hosttest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
)

// FastCGI is an [http.RoundTripper] that hands each request to a FastCGI program
// as mod_fcgid does: over a connection of its own, with the id 1, and with a body
// that is known whole. It is as strict about the answer, and says what is wrong
// where Apache would answer 500.
type FastCGI struct {
	// Network and Address are where the program listens: "unix" and a path.
	Network, Address string
	// HTTPS says that the request came by https.
	HTTPS bool
	// OmitContentLength leaves CONTENT_LENGTH out, as mod_fcgid 2.3.9 does for a
	// chunked request.
	OmitContentLength bool
	// RemoteAddr is the address of the caller, 127.0.0.1 if empty.
	RemoteAddr string
	// Params are set last, so that a test may add to or replace what is sent.
	Params map[string]string
	// Stderr receives what the program sends for the error log, if not nil.
	Stderr io.Writer
}

// The parts of FastCGI 1.0 (https://fastcgi-archives.github.io) that a web server
// needs for the role of a responder, named as in section 8 there.
const (
	fcgiVersion1 = 1

	fcgiBeginRequest = 1
	fcgiEndRequest   = 3
	fcgiParams       = 4
	fcgiStdin        = 5
	fcgiStdout       = 6
	fcgiStderr       = 7

	fcgiResponder       = 1
	fcgiRequestComplete = 0

	fcgiRequestID  = 1
	fcgiMaxContent = 65535
)

type fcgiHeader struct {
	Version       uint8
	Type          uint8
	RequestID     uint16
	ContentLength uint16
	PaddingLength uint8
	Reserved      uint8
}

// RoundTrip implements [http.RoundTripper].
func (f *FastCGI) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		defer r.Body.Close()
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	var dialer net.Dialer
	connection, err := dialer.DialContext(r.Context(), f.Network, f.Address)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	stop := context.AfterFunc(r.Context(), func() { connection.Close() })
	defer stop()

	// At the same time as reading: a program may answer before it has read a body
	// that is larger than the socket's buffer. That it does not want the rest is no
	// error, and an error of the connection is seen by reading, too.
	go connection.Write(encodeRequest(f.params(r, len(body)), body))

	stdout, stderr, err := readAnswer(bufio.NewReader(connection))
	if f.Stderr != nil {
		f.Stderr.Write(stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("fastcgi: %w", errors.Join(err, r.Context().Err()))
	}
	return parseResponse(r, stdout)
}

// params are the request's meta-variables (RFC 3875, section 4.1), with those
// that Apache adds.
func (f *FastCGI) params(r *http.Request, bodyLength int) map[string]string {
	host, port, err := net.SplitHostPort(r.URL.Host)
	if err != nil {
		host, port = r.URL.Host, "80"
	}
	const documentRoot = "/home/USER/public_html"
	const scriptName = "/identity-backend/identity.fcgi"
	params := map[string]string{
		"GATEWAY_INTERFACE": "CGI/1.1",
		"SERVER_PROTOCOL":   "HTTP/1.1",
		"SERVER_SOFTWARE":   "Apache",
		"SERVER_NAME":       host,
		"SERVER_PORT":       port,
		"SERVER_ADDR":       "127.0.0.1",
		"REMOTE_ADDR":       "127.0.0.1",
		"REMOTE_PORT":       "49152",
		"REQUEST_METHOD":    r.Method,
		"REQUEST_SCHEME":    "http",
		"REQUEST_URI":       r.URL.RequestURI(),
		"QUERY_STRING":      r.URL.RawQuery,
		"DOCUMENT_ROOT":     documentRoot,
		"SCRIPT_NAME":       scriptName,
		"SCRIPT_FILENAME":   documentRoot + scriptName,
		"HTTP_HOST":         r.URL.Host,
	}
	if r.Host != "" {
		params["HTTP_HOST"] = r.Host
	}
	if f.RemoteAddr != "" {
		params["REMOTE_ADDR"] = f.RemoteAddr
	}
	if f.HTTPS {
		params["HTTPS"] = "on"
		params["REQUEST_SCHEME"] = "https"
	}
	for name, values := range r.Header {
		params["HTTP_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))] = strings.Join(values, ", ")
	}
	if contentType := r.Header.Get("Content-Type"); contentType != "" {
		params["CONTENT_TYPE"] = contentType
		delete(params, "HTTP_CONTENT_TYPE")
	}
	if r.Body != nil && !f.OmitContentLength {
		params["CONTENT_LENGTH"] = strconv.Itoa(bodyLength)
	}
	maps.Copy(params, f.Params)
	return params
}

func encodeRequest(params map[string]string, body []byte) []byte {
	var pairs bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(params)) {
		writeLength(&pairs, len(name))
		writeLength(&pairs, len(params[name]))
		pairs.WriteString(name)
		pairs.WriteString(params[name])
	}

	var request bytes.Buffer
	// Role, flags (without FCGI_KEEP_CONN: the program closes), reserved.
	writeRecord(&request, fcgiBeginRequest, []byte{0, fcgiResponder, 0, 0, 0, 0, 0, 0})
	writeStream(&request, fcgiParams, pairs.Bytes())
	writeStream(&request, fcgiStdin, body)
	return request.Bytes()
}

// writeLength writes a length of a name or a value (section 3.4): in one byte, or
// in four with the highest bit set.
func writeLength(w *bytes.Buffer, length int) {
	if length < 1<<7 {
		w.WriteByte(byte(length))
		return
	}
	w.Write(binary.BigEndian.AppendUint32(nil, uint32(length)|1<<31))
}

// writeStream writes a stream: its records, then an empty one (section 3.3).
func writeStream(w *bytes.Buffer, kind uint8, content []byte) {
	for part := range slices.Chunk(content, fcgiMaxContent) {
		writeRecord(w, kind, part)
	}
	writeRecord(w, kind, nil)
}

func writeRecord(w *bytes.Buffer, kind uint8, content []byte) {
	binary.Write(w, binary.BigEndian, fcgiHeader{
		Version:       fcgiVersion1,
		Type:          kind,
		RequestID:     fcgiRequestID,
		ContentLength: uint16(len(content)),
	})
	w.Write(content)
}

// readAnswer reads until the program says that it has answered. One that hangs up
// before has failed: that is 500 under mod_fcgid.
func readAnswer(r io.Reader) (stdout, stderr []byte, err error) {
	for {
		var header fcgiHeader
		if err := binary.Read(r, binary.BigEndian, &header); err != nil {
			return nil, stderr, fmt.Errorf("no end of the answer: %w", err)
		}
		record := make([]byte, int(header.ContentLength)+int(header.PaddingLength))
		if _, err := io.ReadFull(r, record); err != nil {
			return nil, stderr, fmt.Errorf("no end of a record: %w", err)
		}
		content := record[:header.ContentLength]
		if header.Version != fcgiVersion1 || header.RequestID != fcgiRequestID {
			return nil, stderr, fmt.Errorf("unexpected record %+v", header)
		}

		switch header.Type {
		case fcgiStdout:
			stdout = append(stdout, content...)
		case fcgiStderr:
			stderr = append(stderr, content...)
		case fcgiEndRequest:
			// Application status (4 bytes), protocol status, reserved (3 bytes).
			if len(content) != 8 || content[4] != fcgiRequestComplete {
				return nil, stderr, fmt.Errorf("request not completed: %v", content)
			}
			return stdout, stderr, nil
		default:
			return nil, stderr, fmt.Errorf("unexpected record %+v", header)
		}
	}
}

// parseResponse reads the response of a CGI program (RFC 3875, section 6).
func parseResponse(r *http.Request, stdout []byte) (*http.Response, error) {
	reader := bufio.NewReader(bytes.NewReader(stdout))
	head, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil {
		return nil, fmt.Errorf("fastcgi: head of the response: %w", err)
	}
	header := http.Header(head)
	status := "200 OK"
	if value := header.Get("Status"); value != "" {
		status = value
		header.Del("Status")
	}
	number, _, _ := strings.Cut(status, " ")
	code, err := strconv.Atoi(number)
	if err != nil {
		return nil, fmt.Errorf("fastcgi: status %q: %w", status, err)
	}

	body, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	length := int64(len(body))
	if value := header.Get("Content-Length"); value != "" {
		if length, err = strconv.ParseInt(value, 10, 64); err != nil {
			return nil, fmt.Errorf("fastcgi: content length: %w", err)
		}
		if length != int64(len(body)) && r.Method != http.MethodHead {
			return nil, fmt.Errorf("fastcgi: content length %d, but a body of %d", length, len(body))
		}
	}
	return &http.Response{
		Status:        status,
		StatusCode:    code,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: length,
		Request:       r,
	}, nil
}
