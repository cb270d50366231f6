package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

const renewals = 60

// candidate takes part in an election and counts how often it renewed.
type candidate struct {
	resourcelock.Interface
	updates atomic.Int64
	leads   atomic.Bool
	lost    chan struct{}
	stop    context.CancelFunc
}

func (c *candidate) Update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	err := c.Interface.Update(ctx, record)
	if err == nil {
		c.updates.Add(1)
	}
	return err
}

func (w *world) stand(name string) (*candidate, error) {
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, w.namespace, "leader",
		w.client.CoreV1(), w.client.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: name})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(w)
	c := &candidate{Interface: lock, lost: make(chan struct{}), stop: stop}
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock:            c,
		LeaseDuration:   15 * time.Second,
		RenewDeadline:   10 * time.Second,
		RetryPeriod:     20 * time.Millisecond,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { c.leads.Store(true) },
			OnStoppedLeading: func() {
				c.leads.Store(false)
				close(c.lost)
			},
		},
	})
	if err != nil {
		return nil, err
	}
	go elector.Run(ctx)
	return c, nil
}

// checkLeaderElection has one of two candidates renew many times, then step down for the other.
func checkLeaderElection(w *world) error {
	first, err := w.stand("first")
	if err != nil {
		return err
	}
	if err := w.eventually("a leader", func() (bool, error) { return first.leads.Load(), nil }); err != nil {
		return err
	}
	second, err := w.stand("second")
	if err != nil {
		return err
	}
	if err := w.eventually("renewals", func() (bool, error) {
		if !first.leads.Load() || second.leads.Load() {
			return false, fmt.Errorf("leadership moved after %d renewals", first.updates.Load())
		}
		return first.updates.Load() >= renewals, nil
	}); err != nil {
		return err
	}
	first.stop()
	<-first.lost
	if err := w.eventually("the other to lead", func() (bool, error) { return second.leads.Load(), nil }); err != nil {
		return err
	}
	lease, err := w.client.CoordinationV1().Leases(w.namespace).Get(w, "leader", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if *lease.Spec.HolderIdentity != "second" || *lease.Spec.LeaseTransitions != 1 {
		return fmt.Errorf("held by %s after %d transitions", *lease.Spec.HolderIdentity, *lease.Spec.LeaseTransitions)
	}
	second.stop()
	<-second.lost
	return nil
}
