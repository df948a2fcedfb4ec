// Package devregistry runs the real registry in dev mode, for tests: a process of its own, with the embedded store, on free ports
// of this machine. It needs the packages of the repository (`npm ci`).
package devregistry

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const startWithin = 60 * time.Second

var grpcLine = regexp.MustCompile(`gRPC +(\S+)`)

// Registry is a registry that serves, until it is stopped.
type Registry struct {
	// Address is where it serves gRPC, 127.0.0.1:50051 for example. It stays the same when it is started again.
	Address string

	dataDir string
	process *exec.Cmd
	tokens  map[string]string
	mutex   sync.Mutex
}

// Start starts a registry with nothing registered, and waits until it serves. What it keeps is in a folder that the caller removes.
func Start(dataDir string) (*Registry, error) {
	registry := &Registry{Address: "127.0.0.1:0", dataDir: dataDir, tokens: map[string]string{}}
	return registry, registry.Restart()
}

// Restart starts it again on the same data and port, after [Registry.Stop].
func (r *Registry) Restart() error {
	command, err := nodeCommand("src/main.js", "--dev", "--data-dir", r.dataDir, "--grpc-address", r.Address,
		"--http-address", "127.0.0.1:0", "--log-level", "error")
	if err != nil {
		return err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	var printed bytes.Buffer
	command.Stderr = &printed
	if err := command.Start(); err != nil {
		return err
	}
	r.process = command
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			if found := grpcLine.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
		close(address)
		_, _ = io.Copy(io.Discard, output)
	}()
	select {
	case found, serves := <-address:
		if !serves {
			return errors.Join(errors.New("the registry has ended at its start"), command.Wait(), errors.New(printed.String()))
		}
		r.Address = found
		return nil
	case <-time.After(startWithin):
		return errors.Join(fmt.Errorf("the registry does not serve after %v", startWithin), r.Stop())
	}
}

// Stop stops it, and waits for its end, which is an error with any status but 0.
func (r *Registry) Stop() error {
	if r.process == nil {
		return nil
	}
	err := r.process.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(20*time.Second, func() { _ = r.process.Process.Kill() })
	defer timer.Stop()
	err = errors.Join(err, r.process.Wait())
	r.process = nil
	return err
}

// Token makes a token of a client that the registry trusts, with scopes parted by spaces.
func (r *Registry) Token(ctx context.Context, client, scope string) (string, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	key := client + " " + scope
	if known, has := r.tokens[key]; has {
		return known, nil
	}
	token, err := r.NewToken(ctx, client, scope, time.Hour)
	if err == nil {
		r.tokens[key] = token
	}
	return token, err
}

// NewToken makes a token that is valid for some time, in whole seconds.
func (r *Registry) NewToken(ctx context.Context, client, scope string, life time.Duration) (string, error) {
	command, err := nodeCommand("src/cli/token.ts", "--client", client, "--scope", scope, "--data-dir", r.dataDir,
		"--ttl", fmt.Sprint(int(life.Seconds())))
	if err != nil {
		return "", err
	}
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("no token can be made: %w", err)
	}
	return string(output[:len(output)-1]), nil
}

// nodeCommand runs a program of the repository from its sources.
func nodeCommand(program string, arguments ...string) (*exec.Cmd, error) {
	_, file, _, _ := runtime.Caller(0)
	repository := filepath.Join(filepath.Dir(file), "..", "..", "..", "..")
	node := filepath.Join(repository, "node_modules", ".bin", "node")
	if _, err := os.Stat(node); err != nil {
		return nil, fmt.Errorf("the registry cannot be run without its packages: run `npm ci` in %s", repository)
	}
	command := exec.Command(node, append([]string{"--conditions=scope-registry-source", program}, arguments...)...)
	command.Dir = repository
	return command, nil
}
