package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth bounds how deep the JSON of a token nests, the object itself counted.
// A claim of RFC 9396, the deepest in use, needs about five.
const maxDepth = 16

// An object is the values of a JSON object by name, as they stand in its text.
type object map[string]jsontext.Value

// readObject reads text as exactly one JSON object that every reader of JSON
// reads alike (RFC 8259 section 4): package jsontext refuses repeated names,
// invalid UTF-8, lone surrogates and a byte order mark. A name that equals one
// of reserved but for its case is refused too, for a reader that folds case
// would take it for that one. Errors quote nothing of the text.
func readObject(text []byte, reserved []string) (object, error) {
	decoder := jsontext.NewDecoder(bytes.NewReader(text))
	if decoder.PeekKind() != '{' {
		return nil, errors.New("not a JSON object")
	}
	if _, err := decoder.ReadToken(); err != nil {
		return nil, errSyntax
	}
	members := make(object)
	for decoder.PeekKind() != '}' {
		token, err := decoder.ReadToken()
		if err != nil {
			return nil, errSyntax
		}
		name := token.String()
		for _, r := range reserved {
			if name != r && strings.EqualFold(name, r) {
				return nil, fmt.Errorf("the name %s in another case", r)
			}
		}
		value, err := decoder.ReadValue()
		if err != nil {
			return nil, errSyntax
		}
		if depth(value) >= maxDepth {
			return nil, fmt.Errorf("nested deeper than %d", maxDepth)
		}
		members[name] = value.Clone()
	}
	if _, err := decoder.ReadToken(); err != nil {
		return nil, errSyntax
	}
	if _, err := decoder.ReadToken(); err != io.EOF {
		return nil, errors.New("trailing data")
	}
	return members, nil
}

var errSyntax = errors.New("not strict JSON")

// depth is how deep a valid JSON value nests: 0 for a string or a number.
func depth(value jsontext.Value) int {
	deepest, open, inString := 0, 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case inString:
			if c == '\\' {
				i++
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			open++
			deepest = max(deepest, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return deepest
}

// text reads a member that must be a string when it is there.
func (o object) text(name string) (value string, present bool, err error) {
	raw, present := o[name]
	if !present {
		return "", false, nil
	}
	value, err = unquote(raw)
	if err != nil {
		return "", true, fmt.Errorf("%s: %w", name, err)
	}
	return value, true, nil
}

func unquote(raw jsontext.Value) (string, error) {
	if raw.Kind() != '"' {
		return "", errors.New("not a string")
	}
	value, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return "", errSyntax
	}
	return string(value), nil
}
