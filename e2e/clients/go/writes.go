package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"
	"k8s.io/client-go/util/retry"
)

// checkConflicts has several writers count in one object; none of their steps may get lost.
func checkConflicts(w *world) error {
	const writers, steps = 4, 10
	maps := w.client.CoreV1().ConfigMaps(w.namespace)
	if _, err := maps.Create(w, w.configMap("count"), metav1.CreateOptions{}); err != nil {
		return err
	}
	backoff := retry.DefaultBackoff
	backoff.Steps = 50
	step := func() error {
		current, err := maps.Get(w, "count", metav1.GetOptions{})
		if err != nil {
			return err
		}
		count, _ := strconv.Atoi(current.Data["count"])
		current.Data["count"] = strconv.Itoa(count + 1)
		_, err = maps.Update(w, current, metav1.UpdateOptions{})
		return err
	}
	var group sync.WaitGroup
	errors := make([]error, writers)
	for writer := range writers {
		group.Go(func() {
			for range steps {
				if err := retry.RetryOnConflict(backoff, step); err != nil {
					errors[writer] = err
				}
			}
		})
	}
	group.Wait()
	for _, err := range errors {
		if err != nil {
			return err
		}
	}
	final, err := maps.Get(w, "count", metav1.GetOptions{})
	if err == nil && final.Data["count"] != strconv.Itoa(writers*steps) {
		return fmt.Errorf("%d steps counted to %s", writers*steps, final.Data["count"])
	}
	return err
}

// checkPaging lists in small pages while objects come and go; the pages are one snapshot.
func checkPaging(w *world) error {
	const count = 35
	maps := w.client.CoreV1().ConfigMaps(w.namespace)
	for i := range count {
		if _, err := maps.Create(w, w.configMap(fmt.Sprintf("page-%02d", i)), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	pages := 0
	list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		if pages++; pages == 2 {
			if err := maps.Delete(ctx, "page-30", metav1.DeleteOptions{}); err != nil {
				return nil, err
			}
		}
		options.FieldSelector = "metadata.name!=kube-root-ca.crt"
		return maps.List(ctx, options)
	}
	found := 0
	paging := pager.New(list)
	paging.PageSize = 10
	err := paging.EachListItem(w, metav1.ListOptions{}, func(runtime.Object) error {
		found++
		return nil
	})
	if err == nil && (found != count || pages != 4) {
		return fmt.Errorf("%d objects in %d pages", found, pages)
	}
	return err
}
