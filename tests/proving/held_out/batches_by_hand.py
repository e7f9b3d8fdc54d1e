# why: train_on_batch in two nested loops instead of fit, for the head and again for fine-tuning
# %% same: imports data augment base freeze build compile
# %%
def run_epochs(epochs, batches=10):
    losses = []
    for epoch in range(epochs):
        for images, labels in train_ds.take(batches):
            loss, acc = model.train_on_batch(images, labels)
            losses.append(float(loss))
        print(f'epoch {epoch + 1}: loss {loss:.4f}, accuracy {acc:.4f}')
    return losses

losses = run_epochs(2)
# %% same: unfreeze recompile
# %%
losses += run_epochs(2)
plt.plot(losses)
plt.show()
